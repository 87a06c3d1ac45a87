package dev.tenon.jobs.worker;

/** Makes any text one that PostgreSQL can store. */
final class Texts {

  private Texts() {}

  /** The text, cut at a length, with U+FFFD for U+0000, which PostgreSQL's text cannot hold. */
  static String storable(String text, int longest) {
    String stored = text.replace('\u0000', '\uFFFD');
    if (stored.length() <= longest) {
      return stored;
    }
    int end = Character.isHighSurrogate(stored.charAt(longest - 1)) ? longest - 1 : longest;
    return stored.substring(0, end) + "… (cut, " + stored.length() + " characters)";
  }
}
