package dev.tenon.examples.quickstart.guide;

import static dev.tenon.examples.quickstart.guide.ShopHeaders.TENANT;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.JobSubmission;
import dev.tenon.jobs.intercept.SubmitInterceptor;

/** Jobs run for the tenant that the submitting thread worked for. */
final class TenantInterceptor implements SubmitInterceptor, ExecutionInterceptor {

  @Override
  public SubmitOptions intercept(JobSubmission submission) {
    return CurrentTenant.get()
        .map(tenant -> submission.options().withHeader(TENANT, tenant))
        .orElse(submission.options());
  }

  @Override
  public void intercept(HandlerCall call) throws Exception {
    call.context().header(TENANT).ifPresent(CurrentTenant::set);
    try {
      call.proceed();
    } finally {
      CurrentTenant.clear();
    }
  }

  @Override
  public boolean appliesTo(JobDefinition<?, ?> definition) {
    return !definition.type().startsWith("maintenance.");
  }
}
