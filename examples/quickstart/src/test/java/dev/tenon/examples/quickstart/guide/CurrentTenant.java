package dev.tenon.examples.quickstart.guide;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tenant that the current thread works for, as many applications have it. */
final class CurrentTenant {

  private static final ThreadLocal<@Nullable UUID> TENANT = new ThreadLocal<>();

  private CurrentTenant() {}

  static Optional<UUID> get() {
    return Optional.ofNullable(TENANT.get());
  }

  static void set(UUID tenant) {
    TENANT.set(tenant);
  }

  static void clear() {
    TENANT.remove();
  }
}
