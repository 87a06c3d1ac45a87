package dev.tenon.jobs.cli.mcp;

import io.modelcontextprotocol.spec.McpStreamableServerSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions over HTTP. If there are too many, the one that was not used for the longest time
 * ends; its client begins a new one. Thread-safe.
 */
final class HttpSessions {

  private static final int MAX_SESSIONS = 200;

  /**
   * A session.
   *
   * @param session the session of the SDK
   * @param user the name of the user who has begun it
   */
  private record Session(McpStreamableServerSession session, String user) {}

  private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /** Adds a session that a user has begun. */
  void add(McpStreamableServerSession session, String user) {
    List<McpStreamableServerSession> ended = new ArrayList<>();
    synchronized (sessions) {
      sessions.put(session.getId(), new Session(session, user));
      while (sessions.size() > MAX_SESSIONS) {
        Session oldest = sessions.remove(sessions.keySet().iterator().next());
        if (oldest != null) {
          ended.add(oldest.session());
        }
      }
    }
    ended.forEach(McpStreamableServerSession::close);
  }

  /** The session with this id; empty if the user has none. */
  Optional<McpStreamableServerSession> find(@Nullable String id, String user) {
    synchronized (sessions) {
      return Optional.ofNullable(id)
          .map(sessions::get)
          .filter(session -> session.user().equals(user))
          .map(Session::session);
    }
  }

  /** Removes a session. */
  void remove(McpStreamableServerSession session) {
    synchronized (sessions) {
      sessions.remove(session.getId());
    }
  }

  /** Removes all sessions, and returns them. */
  List<McpStreamableServerSession> clear() {
    synchronized (sessions) {
      List<McpStreamableServerSession> all =
          sessions.values().stream().map(Session::session).toList();
      sessions.clear();
      return all;
    }
  }
}
