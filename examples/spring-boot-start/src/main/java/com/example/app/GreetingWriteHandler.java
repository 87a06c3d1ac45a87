package com.example.app;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import org.springframework.stereotype.Component;

/** Writes greetings. Spring gives it whatever its constructor asks for. */
@Component
@JobType("greeting.write")
public class GreetingWriteHandler implements JobHandler<GreetingWrite, String> {

  @Override
  public String execute(GreetingWrite greeting, JobContext context) {
    System.out.println("Writing to " + greeting.name());
    return "Hello, " + greeting.name() + "!";
  }
}
