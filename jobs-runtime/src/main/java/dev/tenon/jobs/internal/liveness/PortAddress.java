package dev.tenon.jobs.internal.liveness;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The place where a process listens, as text: its token, the number of the port, and the addresses
 * of its host, separated by spaces.
 *
 * @param token what the process answers; nobody else knows it before
 * @param addresses the addresses with the port
 */
record PortAddress(String token, List<InetSocketAddress> addresses) {

  /** The maximum number of addresses: each that cannot be reached costs time. */
  static final int MAX_ADDRESSES = 4;

  /** A name would have to be looked up, so addresses are numbers only. */
  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f-]{36}) ([0-9]{1,5})((?: [0-9a-fA-F.:]{2,45}){1,4})");

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final int MAX_PORT = 65_535;

  static String text(UUID token, int port, List<InetAddress> addresses) {
    StringJoiner text = new StringJoiner(" ").add(token.toString()).add(Integer.toString(port));
    addresses.stream()
        .limit(MAX_ADDRESSES)
        .map(InetAddress::getHostAddress)
        .map(PortAddress::withoutScope)
        .forEach(text::add);
    return text.toString();
  }

  private static String withoutScope(String address) {
    int scope = address.indexOf('%');
    return scope < 0 ? address : address.substring(0, scope);
  }

  /** Reads what {@link #text} has written; empty if it is something else. */
  static Optional<PortAddress> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
      return Optional.empty();
    }
    int port = Integer.parseInt(parts.group(2));
    List<InetSocketAddress> addresses = new ArrayList<>();
    List<String> literals =
        SPACE.splitAsStream(parts.group(3)).filter(part -> !part.isEmpty()).toList();
    for (String literal : literals) {
      resolved(literal).map(host -> new InetSocketAddress(host, port)).forEach(addresses::add);
    }
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(new PortAddress(parts.group(1), List.copyOf(addresses)));
  }

  private static Stream<InetAddress> resolved(String literal) {
    boolean isNumber = literal.indexOf(':') >= 0 || literal.indexOf('.') >= 0;
    try {
      return isNumber ? Stream.of(InetAddress.getByName(literal)) : Stream.empty();
    } catch (UnknownHostException e) {
      return Stream.empty();
    }
  }
}
