package dev.tenon.jobs.processor.read;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of a Javadoc comment, without markup. */
final class Javadoc {

  /** The stand-in for a less-than sign that does not start markup. */
  private static final char LITERAL_LESS = '\uFDD0';

  /** The stand-in for an at sign that does not start a tag. */
  private static final char LITERAL_AT = '\uFDD1';

  private static final Pattern BLOCK_TAG = Pattern.compile("(?m)^[ \\t]*@(?=\\p{Alpha})");
  private static final Pattern PARAMETER =
      Pattern.compile("param\\s+(\\w+)\\s*(.*)", Pattern.DOTALL);
  private static final Pattern PARAGRAPH =
      Pattern.compile("(?i)</?(?:p|ul|ol|dl|pre|table|blockquote|h[1-6])\\b[^>]*>|\\n[ \\t]*\\n");
  private static final Pattern LINE = Pattern.compile("(?i)<(?:li|br|dt|dd|tr)\\b[^>]*>");
  private static final Pattern MARKUP =
      Pattern.compile("</?\\p{Alpha}[^>]*>|<!--.*?-->", Pattern.DOTALL);
  private static final Pattern REFERENCE =
      Pattern.compile("(\\S*?\\([^)]*\\)|\\S+)\\s*(.*)", Pattern.DOTALL);
  private static final Map<String, String> ENTITIES =
      Map.of("&lt;", "<", "&gt;", ">", "&quot;", "\"", "&nbsp;", " ", "&#64;", "@", "&#42;", "*");

  private final String body;
  private final Map<String, String> parameters = new LinkedHashMap<>();

  private Javadoc(String comment) {
    String[] blocks = BLOCK_TAG.split(withoutInlineTags(comment), -1);
    body = plain(blocks[0]);
    for (int i = 1; i < blocks.length; i++) {
      Matcher parameter = PARAMETER.matcher(blocks[i]);
      if (parameter.matches()) {
        parameters.put(parameter.group(1), plain(parameter.group(2)));
      }
    }
  }

  /** Parses a comment; without one, the result is empty. */
  static Javadoc of(@Nullable String comment) {
    return new Javadoc(comment == null ? "" : comment.replace("\r\n", "\n"));
  }

  /** The part before all tags. */
  Optional<String> body() {
    return Optional.of(body);
  }

  /** The contents of a {@code @param} tag. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** The text without markup, with an empty line between paragraphs. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (String paragraph : PARAGRAPH.split(text, -1)) {
      String line = LINE.matcher(paragraph).replaceAll(" ");
      line = MARKUP.matcher(line).replaceAll("");
      for (Map.Entry<String, String> entity : ENTITIES.entrySet()) {
        line = line.replace(entity.getKey(), entity.getValue());
      }
      line = line.replace("&amp;", "&").replace(LITERAL_LESS, '<').replace(LITERAL_AT, '@');
      line = line.replaceAll("\\s+", " ").strip();
      if (!line.isEmpty()) {
        plain.append(plain.isEmpty() ? "" : "\n\n").append(line);
      }
    }
    return plain.toString();
  }

  private static String withoutInlineTags(String text) {
    StringBuilder out = new StringBuilder();
    int position = 0;
    while (position < text.length()) {
      int start = text.indexOf("{@", position);
      int end = start < 0 ? -1 : endOfTag(text, start);
      if (end < 0) {
        break;
      }
      out.append(text, position, start).append(inlineTag(text.substring(start + 2, end)));
      position = end + 1;
    }
    return out.append(text.substring(Math.min(position, text.length()))).toString();
  }

  /** The index of the brace that closes this one; -1 if there is none. */
  private static int endOfTag(String text, int start) {
    int depth = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  private static String inlineTag(String tag) {
    String[] parts = tag.split("\\s+", 2);
    String content = parts.length > 1 ? parts[1] : "";
    return switch (parts[0]) {
      case "code", "literal" ->
          content.replace('<', LITERAL_LESS).replace('@', LITERAL_AT).replace("&", "&amp;");
      case "link", "linkplain", "value" -> reference(content);
      case "inheritDoc", "docRoot" -> "";
      default -> withoutInlineTags(content);
    };
  }

  /** The label of a link or, if it has none, what it links to. */
  private static String reference(String content) {
    Matcher reference = REFERENCE.matcher(content.strip());
    if (!reference.matches()) {
      return "";
    }
    String label = reference.group(2).strip();
    return label.isEmpty()
        ? reference.group(1).replaceFirst("^#", "").replace('#', '.').replace('<', LITERAL_LESS)
        : withoutInlineTags(label);
  }
}
