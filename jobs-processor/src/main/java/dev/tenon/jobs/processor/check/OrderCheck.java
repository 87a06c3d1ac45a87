package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import java.util.List;

/** The rules for jobs that run one after another. */
public final class OrderCheck {

  private static final String BY = "@Ordered(by = …)";

  private final Report report;
  private final PayloadComponents orderBy;

  /** A check that adds to a report. */
  public OrderCheck(Report report) {
    this.report = report;
    this.orderBy =
        new PayloadComponents(
            report,
            BY,
            LimitCheck::isKey,
            "It takes a string, a whole number, a boolean, a UUID, an enum");
  }

  /**
   * Checks the order of a declaration.
   *
   * @param components the components of the payload
   */
  public void check(JobDeclaration job, List<Component> components) {
    for (OrderDeclaration order : job.ordered()) {
      if (!order.isOfAll()) {
        orderBy.check(order.by(), job, components);
        LimitCheck.checkSensitive(report, BY, "lines", order.by(), components);
      }
    }
    job.ordered().stream().findFirst().ifPresent(order -> checkLimits(job, order));
    job.ordered().stream()
        .skip(1)
        .forEach(
            other ->
                report.add(
                    Diagnostic.ONLY_ONE,
                    other.position(),
                    "ordered",
                    job.ordered().size(),
                    "Ordered"));
  }

  /** Reports limits on running jobs that run one at a time anyway. */
  private void checkLimits(JobDeclaration job, OrderDeclaration order) {
    if (order.isOfAll()) {
      checkLimit(job.limits().concurrency(), "%s = %d", "the jobs of the type");
    }
    for (ByKey key : job.limits().byKey()) {
      if (order.isOfAll() || order.by().value().equals(key.by().value())) {
        checkLimit(
            key.concurrency(),
            "@Limit(%s = %d)",
            order.isOfAll()
                ? "the jobs of the type"
                : "jobs with the same '%s'".formatted(key.by().value()));
      }
    }
  }

  private void checkLimit(Limit limit, String form, String jobs) {
    if (limit.isSet()) {
      report.add(
          Diagnostic.NO_EFFECT,
          limit.attribute().position(),
          form.formatted(limit.name(), limit.value()),
          "with @Ordered, %s run one at a time".formatted(jobs),
          "Remove it");
    }
  }
}
