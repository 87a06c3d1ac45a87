package dev.tenon.jobs.internal.values;

import java.io.Writer;

/**
 * Collects a string of up to a given number of bytes of UTF-8. A longer one is not kept; its bytes
 * are only counted, so it costs no memory. Not thread-safe.
 */
final class BoundedText extends Writer {

  private final int maxBytes;
  private StringBuilder text = new StringBuilder();
  private long bytes;

  BoundedText(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public void write(char[] chars, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      bytes += utf8Length(chars[i]);
    }
    if (!isTooLong()) {
      text.append(chars, offset, length);
    } else if (!text.isEmpty()) {
      text = new StringBuilder();
    }
  }

  /** Counts the bytes of a char; the two chars of a surrogate pair are four bytes together. */
  private static int utf8Length(char c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }

  boolean isTooLong() {
    return bytes > maxBytes;
  }

  /** Returns the number of bytes of UTF-8 that were written. */
  long bytes() {
    return bytes;
  }

  /** Returns the string; empty if it is too long. */
  @Override
  public String toString() {
    return text.toString();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
