package dev.tenon.jobs.micronaut;

import java.security.Principal;

/** Tells the access policy of the dashboard what the application's security says about roles. */
interface DashboardRoles {

  /** Returns true if the user has the role. */
  boolean hasRole(Principal user, String role);
}
