package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.StepCall;
import java.util.List;

/** The rules for calls in the source of a handler. */
public final class StepCallCheck {

  private final Report report;

  /** A check that adds to a report. */
  public StepCallCheck(Report report) {
    this.report = report;
  }

  /** Checks the calls in the source of a handler. */
  public void check(List<StepCall> calls, HandlerSteps steps) {
    String generated = steps.generated().simpleName();
    for (StepCall call : calls) {
      if (call.isGenerated() && call.within().isPresent()) {
        report.add(
            Diagnostic.STEP_IN_STEP,
            call.position(),
            "The step %s() calls %s.%s()".formatted(call.within().get(), generated, call.method()));
      } else if (!call.isGenerated()) {
        report.add(
            Diagnostic.DIRECT_STEP,
            call.position(),
            call.method(),
            call.within()
                .map(
                    step ->
                        "Move the call out of %s(), and let it go through %s"
                            .formatted(step, generated))
                .orElse("Call it through " + generated));
      }
    }
  }
}
