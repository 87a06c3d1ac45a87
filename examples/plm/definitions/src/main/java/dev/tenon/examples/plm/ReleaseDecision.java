package dev.tenon.examples.plm;

/** The decision that a release waits for. */
public sealed interface ReleaseDecision permits DesignApproved, DesignRejected {

  /** The person who has decided. */
  String by();
}
