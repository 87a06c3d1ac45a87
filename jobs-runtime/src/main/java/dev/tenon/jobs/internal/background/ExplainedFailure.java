package dev.tenon.jobs.internal.background;

/**
 * An exception whose message may be logged: it quotes no payload and no password, and says in words
 * what is wrong.
 */
public interface ExplainedFailure {

  /** What is wrong, without a full stop at the end. */
  String explanation();
}
