package dev.tenon.examples.quickstart.guide;

import static dev.tenon.examples.quickstart.guide.ShopHeaders.USER;

import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.JobSubmission;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.security.auth.Subject;

/** Jobs run with the rights that their user has when they run. */
final class UserInterceptor implements SubmitInterceptor, ExecutionInterceptor {

  private final Supplier<Principal> loggedIn;
  private final Function<String, Optional<Subject>> accounts;

  UserInterceptor(Supplier<Principal> loggedIn, Function<String, Optional<Subject>> accounts) {
    this.loggedIn = loggedIn;
    this.accounts = accounts;
  }

  @Override
  public SubmitOptions intercept(JobSubmission submission) {
    String user = loggedIn.get().getName();
    return submission.options().withSubmittedBy(user).withHeader(USER, user);
  }

  @Override
  public void intercept(HandlerCall call) throws Exception {
    String user = call.context().header(USER).orElseThrow();
    Subject subject =
        accounts
            .apply(user)
            .orElseThrow(() -> new PermanentJobException("The user no longer has an account"));
    CurrentSubject.set(subject);
    try {
      call.proceed();
    } finally {
      CurrentSubject.clear();
    }
  }
}
