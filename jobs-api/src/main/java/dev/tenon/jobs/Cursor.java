package dev.tenon.jobs;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a page, for querying the next one. Its string form can be kept in a link, and {@link
 * #of} turns it back into a cursor; treat it as opaque, since its format may change. Immutable.
 *
 * @see Page
 */
public final class Cursor {

  private final String text;

  private Cursor(String text) {
    this.text = text;
  }

  /**
   * A cursor from its string form. The string is not checked here: the query that the cursor is
   * passed to throws an {@code IllegalArgumentException} if it is not valid.
   *
   * @param text the string that {@link #toString()} returned
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

  /** The string form, of letters, digits and hyphens, for {@link #of}. */
  @Override
  public String toString() {
    return text;
  }
}
