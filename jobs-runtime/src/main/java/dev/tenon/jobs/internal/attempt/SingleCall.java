package dev.tenon.jobs.internal.attempt;

import java.util.List;

/** The call of a handler for one attempt. */
final class SingleCall extends HandlerCall {

  private final List<Attempt<?, ?>> attempt;

  SingleCall(Slots slots, Attempt<?, ?> attempt) {
    super(slots);
    this.attempt = List.of(attempt);
  }

  @Override
  List<Attempt<?, ?>> attempts() {
    return attempt;
  }
}
