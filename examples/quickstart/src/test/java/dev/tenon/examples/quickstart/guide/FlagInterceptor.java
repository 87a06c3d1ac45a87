package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import java.time.Duration;
import java.util.function.Predicate;

/** Puts off jobs whose feature is turned off. */
final class FlagInterceptor implements ExecutionInterceptor {

  private final Predicate<String> isOn;

  FlagInterceptor(Predicate<String> isOn) {
    this.isOn = isOn;
  }

  @Override
  public void intercept(HandlerCall call) throws Exception {
    if (!isOn.test(call.definition().type())) {
      throw call.context().snooze(Duration.ofMinutes(10));
    }
    call.proceed();
  }
}
