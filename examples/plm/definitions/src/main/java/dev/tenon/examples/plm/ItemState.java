package dev.tenon.examples.plm;

/** Where an item is in its life. */
public enum ItemState {
  /** Somebody works on it. */
  DRAFT,
  /** Others check it. */
  IN_REVIEW,
  /** It may be made. */
  RELEASED,
  /** It must not be made any more. */
  OBSOLETE
}
