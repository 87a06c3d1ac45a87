package dev.tenon.jobs.dashboard;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Somebody who uses the dashboard, and what they may do. Immutable; methods return changed copies:
 * {@code DashboardUser.of("ada", Right.READ).withRight("widget.process.batch", Right.ACT)}.
 */
public final class DashboardUser {

  private static final DashboardUser NOBODY = new DashboardUser("nobody", Right.NONE, Map.of());

  private final String name;
  private final Right right;
  private final Map<String, Right> rights;

  private DashboardUser(String name, Right right, Map<String, Right> rights) {
    this.name = name;
    this.right = right;
    this.rights = rights;
  }

  /**
   * A user with the same right to jobs of all types.
   *
   * @param name the user's name, as the record of what was done shows it
   * @param right the right
   * @throws IllegalArgumentException if the name is blank
   */
  public static DashboardUser of(String name, Right right) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException(
          "The name is blank, but the audit needs the name of the user who did something. Give a name.");
    }
    return new DashboardUser(name, Objects.requireNonNull(right, "right"), Map.of());
  }

  /** Somebody who is not known, and may do nothing. */
  public static DashboardUser nobody() {
    return NOBODY;
  }

  /**
   * A copy with another right to jobs of one type, a lower or a higher one. Pages about everything,
   * such as workers and the record of what was done, go by the right to all other types.
   *
   * @param type the name of the type; an alias needs a separate entry
   * @param right the right
   */
  public DashboardUser withRight(String type, Right right) {
    Map<String, Right> changed = new TreeMap<>(rights);
    changed.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(right, "right"));
    return new DashboardUser(name, this.right, Map.copyOf(changed));
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The right to jobs of types that have no other one. */
  public Right right() {
    return right;
  }

  /** The right to jobs of a type. */
  public Right right(String type) {
    return rights.getOrDefault(type, right);
  }

  /** Returns whether the user has a right for jobs of the type. */
  boolean may(Right needed, String type) {
    return right(type).includes(needed);
  }

  /** Returns whether the user has a right for jobs of all types. */
  public boolean mayEverywhere(Right needed) {
    return right.includes(needed) && rights.values().stream().allMatch(r -> r.includes(needed));
  }

  /** Returns whether the user has a right for jobs of at least one type. */
  public boolean maySomewhere(Right needed) {
    return right.includes(needed) || rights.values().stream().anyMatch(r -> r.includes(needed));
  }

  /** Name and rights. */
  @Override
  public String toString() {
    return name + " (" + right + (rights.isEmpty() ? "" : ", " + rights) + ")";
  }
}
