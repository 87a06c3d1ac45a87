package dev.tenon.jobs.internal.background;

/**
 * An exception whose message may be logged: it quotes no payload and no password, and explains the
 * problem in words.
 */
public interface ExplainedFailure {

  /** Returns the problem, without a full stop at the end. */
  String explanation();
}
