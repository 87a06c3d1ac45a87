package dev.tenon.jobs;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ends, for the query of the next one. What it consists of is Tenon's concern and may
 * change; its text can be kept in a link, and {@link #of} makes it a cursor again. Immutable.
 *
 * @see Page
 */
public final class Cursor {

  private final String text;

  private Cursor(String text) {
    this.text = text;
  }

  /**
   * A cursor from its text. Whether it is one is found out by the query that it is passed to, which
   * throws an {@code IllegalArgumentException} if it is not.
   *
   * @param text what {@link #toString()} gave
   */
  public static Cursor of(String text) {
    return new Cursor(Objects.requireNonNull(text, "text"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cursor cursor && text.equals(cursor.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Its text, of letters, digits and hyphens, as {@link #of} takes it. */
  @Override
  public String toString() {
    return text;
  }
}
