package com.example.app;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Writes greetings. One instance runs all jobs of its type, many of them in parallel. */
@JobType("greeting.write")
public final class GreetingWriteHandler implements JobHandler<GreetingWrite, String> {

  @Override
  public String execute(GreetingWrite greeting, JobContext context) {
    context.log().info("Writing to " + greeting.name());
    return "Hello, " + greeting.name() + "!";
  }
}
