package dev.tenon.jobs.definition;

import java.net.IDN;
import java.util.regex.Pattern;

/**
 * Checks the form of e-mail addresses: what RFC 5321 allows before the {@code @}, and a domain or
 * an address in brackets after it, both with letters of any script. The check takes time linear in
 * the length of the string.
 */
final class Email {

  private static final int MAX_LOCAL_PART_LENGTH = 64;
  private static final int MAX_DOMAIN_LENGTH = 255;
  private static final String ATOM_SIGNS = "!#$%&'*+/=?^_`{|}~";
  private static final String QUOTED_SIGNS = ATOM_SIGNS + "-.(),<>[]:; @";
  private static final String IPV6_PREFIX = "[ipv6:";
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final int IPV6_GROUPS = 8;

  private Email() {}

  /** Returns true if the string has the form of an address. */
  static boolean isAddress(String text) {
    int at = text.lastIndexOf('@');
    return at >= 0 && isLocalPart(text.substring(0, at)) && isDomain(text.substring(at + 1));
  }

  private static boolean isLocalPart(String text) {
    if (text.length() > MAX_LOCAL_PART_LENGTH) {
      return false;
    }
    int position = 0;
    while (true) {
      int end =
          position < text.length() && text.charAt(position) == '"'
              ? endOfQuoted(text, position)
              : endOfAtom(text, position);
      if (end < 0) {
        return false;
      }
      if (end == text.length()) {
        return true;
      }
      if (text.charAt(end) != '.') {
        return false;
      }
      position = end + 1;
    }
  }

  /** The end of the atom that starts here; -1 if none does. */
  private static int endOfAtom(String text, int start) {
    int end = start;
    while (end < text.length() && (isDomainSign(text.charAt(end)) || text.charAt(end) == '-')) {
      end++;
    }
    return end == start ? -1 : end;
  }

  /**
   * The position after the closing quote of the quoted string that starts here; -1 if there is
   * none.
   */
  private static int endOfQuoted(String text, int start) {
    int position = start + 1;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '"') {
        return position == start + 1 ? -1 : position + 1;
      }
      if (c == '\\') {
        position++;
        if (position == text.length() || "\\\"".indexOf(text.charAt(position)) < 0) {
          return -1;
        }
      } else if (!isLetterOrDigit(c) && QUOTED_SIGNS.indexOf(c) < 0) {
        return -1;
      }
      position++;
    }
    return -1;
  }

  private static boolean isDomain(String text) {
    if (!isDomainName(text) && !isBracketed(text)) {
      return false;
    }
    try {
      return IDN.toASCII(text).length() <= MAX_DOMAIN_LENGTH;
    } catch (RuntimeException e) {
      // The answer is no: the string cannot be a domain. Since JDK 21, a label that is far too long
      // throws a plain RuntimeException
      return false;
    }
  }

  /**
   * Returns true if the string consists of labels with dots between them, none with a hyphen at
   * either end.
   */
  private static boolean isDomainName(String text) {
    for (String label : text.split("\\.", -1)) {
      if (label.isEmpty() || label.startsWith("-") || label.endsWith("-")) {
        return false;
      }
      if (!label.chars().allMatch(c -> c == '-' || isDomainSign((char) c))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBracketed(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    boolean six = text.regionMatches(true, 0, IPV6_PREFIX, 0, IPV6_PREFIX.length());
    return six
        ? isIpv6(text.substring(IPV6_PREFIX.length(), text.length() - 1))
        : IPV4.matcher(text.substring(1, text.length() - 1)).matches();
  }

  private static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true) == IPV6_GROUPS;
    }
    int before = groups(text.substring(0, gap), false);
    int after = groups(text.substring(gap + 2), true);
    return before >= 0 && after >= 0 && before + after < IPV6_GROUPS;
  }

  /**
   * The number of groups of 16 bits in the string, the last two maybe as IPv4; -1 if it is not such
   * a list.
   */
  private static int groups(String text, boolean toTheEnd) {
    if (text.isEmpty()) {
      return 0;
    }
    int count = 0;
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
        count++;
      } else if (toTheEnd && i == parts.length - 1 && IPV4.matcher(parts[i]).matches()) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }

  private static boolean isDomainSign(char c) {
    return isLetterOrDigit(c) || ATOM_SIGNS.indexOf(c) >= 0;
  }

  /** Returns true for letters and digits of ASCII, and for any character outside of ASCII. */
  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c >= '\u0080' && !Character.isSurrogate(c));
  }
}
