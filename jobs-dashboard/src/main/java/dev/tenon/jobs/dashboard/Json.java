package dev.tenon.jobs.dashboard;

/** Writes JSON for the scripts of the pages. */
final class Json {

  private Json() {}

  /** A string in quotes, as people see it; no character can end a script or a string. */
  static String quote(String shown) {
    String text = Visible.of(shown);
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == '<' || c == '>' || c == '&') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
