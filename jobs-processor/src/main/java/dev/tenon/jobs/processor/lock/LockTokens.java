package dev.tenon.jobs.processor.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the parts of JSON that the lock file consists of. A fault names the line. */
abstract class LockTokens {

  private final JsonParser parser;

  LockTokens(JsonParser parser) {
    this.parser = parser;
  }

  /** Reads a value. */
  interface Content<T> {
    T read() throws LockFileException;
  }

  /** An object whose members are all read the same way, by their names. */
  final <T> SortedMap<String, T> members(Content<T> content) throws LockFileException {
    SortedMap<String, T> members = new TreeMap<>();
    for (String name = open(); name != null; name = nextName()) {
      members.put(name, content.read());
    }
    return members;
  }

  /**
   * Enters an object and returns the name of its first member, whose value is then the current
   * token.
   */
  final @Nullable String open() throws LockFileException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw unexpected();
    }
    return nextName();
  }

  /**
   * Returns the name of the next member, whose value is then the current token; null at the end.
   */
  final @Nullable String nextName() throws LockFileException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = parser.currentName();
    next();
    return name;
  }

  final @Nullable JsonToken next() {
    return parser.nextToken();
  }

  /** Returns whether the current token starts an array. */
  final boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  final List<String> texts() throws LockFileException {
    if (!isArray()) {
      throw unexpected();
    }
    List<String> texts = new ArrayList<>();
    while (next() != JsonToken.END_ARRAY) {
      texts.add(text());
    }
    return texts;
  }

  final String scalar() throws LockFileException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw unexpected();
    }
    return parser.getString();
  }

  final String text() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw unexpected();
    }
    return parser.getString();
  }

  final int integer() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw unexpected();
    }
    return parser.getIntValue();
  }

  final boolean truth() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_TRUE
        && parser.currentToken() != JsonToken.VALUE_FALSE) {
      throw unexpected();
    }
    return parser.getBooleanValue();
  }

  final LockFileException unexpected() {
    String name = parser.currentName();
    return fault(
        (name == null
                ? "unexpected " + parser.currentToken()
                : "'" + name + "' does not belong here, or not with this value")
            + ". Bring it back from version control");
  }

  final LockFileException fault(String message) {
    return new LockFileException(parser.currentTokenLocation().getLineNr(), message);
  }
}
