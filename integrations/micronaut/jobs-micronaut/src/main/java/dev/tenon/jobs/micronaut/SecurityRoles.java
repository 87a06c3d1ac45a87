package dev.tenon.jobs.micronaut;

import io.micronaut.context.annotation.Requires;
import io.micronaut.security.authentication.Authentication;
import jakarta.inject.Singleton;
import java.security.Principal;

/** The roles of Micronaut Security. */
@Singleton
@Requires(classes = Authentication.class)
final class SecurityRoles implements DashboardRoles {

  @Override
  public boolean hasRole(Principal user, String role) {
    return user instanceof Authentication authentication
        && authentication.getRoles().contains(role);
  }
}
