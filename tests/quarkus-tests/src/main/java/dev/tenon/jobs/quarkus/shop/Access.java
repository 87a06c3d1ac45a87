package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The rights of users in the dashboard. */
@Singleton
class Access {

  @Produces
  @Singleton
  AccessPolicy dashboardAccess() {
    return request ->
        request
            .principal()
            .map(
                name ->
                    DashboardUser.of(
                        name,
                        request.isInRole("operator")
                            ? Right.ACT
                            : request.isInRole("reader") ? Right.READ : Right.NONE))
            .orElse(DashboardUser.nobody());
  }
}
