package com.example.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application that submits a job for each request, and runs it. */
@SpringBootApplication
@RestController
public class Application {

  private final AppJobs jobs;

  Application(AppJobs jobs) {
    this.jobs = jobs;
  }

  @PostMapping("/greetings")
  String greet(@RequestParam String name) {
    return jobs.greetingWrite().submit(new GreetingWrite(name)).jobId() + "\n";
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }
}
