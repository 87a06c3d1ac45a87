package dev.tenon.examples.dagger;

import dagger.BindsInstance;
import dagger.Component;
import dev.tenon.jobs.JobService;
import jakarta.inject.Singleton;

/** All that the application is made of. */
@Singleton
@Component(modules = MailJobsDaggerModule.class)
interface MailApplication {

  MailJobsHandlers handlers();

  SignUp signUp();

  MailServer mailServer();

  /** Makes the application. */
  @Component.Factory
  interface Factory {
    MailApplication create(@BindsInstance JobService jobs);
  }
}
