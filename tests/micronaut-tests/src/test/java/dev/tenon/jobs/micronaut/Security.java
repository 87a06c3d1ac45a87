package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.security.authentication.AuthenticationFailureReason;
import io.micronaut.security.authentication.AuthenticationResponse;
import io.micronaut.security.authentication.provider.HttpRequestAuthenticationProvider;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;

/** The users of an application with Micronaut Security, and what they may do in the dashboard. */
@Factory
@Requires(property = "shop.users", value = "true")
class Security {

  // The password of each user is their name
  @Singleton
  HttpRequestAuthenticationProvider<Object> users() {
    return (context, request) ->
        request.getIdentity().equals(request.getSecret())
            ? AuthenticationResponse.success(
                request.getIdentity(), Set.of(request.getIdentity().toUpperCase(Locale.ROOT)))
            : AuthenticationResponse.failure(AuthenticationFailureReason.CREDENTIALS_DO_NOT_MATCH);
  }

  @Singleton
  AccessPolicy dashboardAccess() {
    return request ->
        request
            .principal()
            .map(
                name ->
                    DashboardUser.of(
                        name,
                        request.isInRole("OPERATOR")
                            ? Right.ACT
                            : request.isInRole("READER") ? Right.READ : Right.NONE))
            .orElse(DashboardUser.nobody());
  }
}
