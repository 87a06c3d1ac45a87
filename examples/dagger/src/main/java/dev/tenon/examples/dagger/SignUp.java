package dev.tenon.examples.dagger;

import dev.tenon.jobs.SubmitOptions;
import jakarta.inject.Inject;
import java.util.UUID;

/** The service that a web application would call: it submits, and knows no handler. */
final class SignUp {

  private final MailJobs jobs;

  @Inject
  SignUp(MailJobs jobs) {
    this.jobs = jobs;
  }

  UUID register(String name, String mailAddress) {
    return jobs.welcomeMail()
        .submit(new WelcomeMail(name, mailAddress), SubmitOptions.by("sign-up"))
        .jobId();
  }
}
