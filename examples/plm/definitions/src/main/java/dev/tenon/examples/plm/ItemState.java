package dev.tenon.examples.plm;

/** The state of an item in its life cycle. */
public enum ItemState {
  /** Somebody works on it. */
  DRAFT,
  /** Others check it. */
  IN_REVIEW,
  /** It may be made. */
  RELEASED,
  /** It must no longer be made. */
  OBSOLETE
}
