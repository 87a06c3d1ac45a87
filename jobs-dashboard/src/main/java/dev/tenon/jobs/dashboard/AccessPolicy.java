package dev.tenon.jobs.dashboard;

/**
 * Decides who a request comes from, and what they may do. The dashboard asks for each request,
 * assets and event streams included, and before it does anything else. Must be thread-safe.
 */
@FunctionalInterface
public interface AccessPolicy {

  /**
   * Returns the user whom the request comes from. If this throws, the request is refused with
   * status 500 and the exception is logged.
   *
   * @param request the request; {@link DashboardRequest#principal()} and {@link
   *     DashboardRequest#isInRole} tell what the container knows of the user, if there is one
   * @return the user; {@link DashboardUser#nobody()} for somebody who is not known
   */
  DashboardUser userOf(DashboardRequest request);

  /**
   * Everybody may do the same, under one name: for a dashboard on the loopback interface of a
   * developer's machine, or behind a proxy that lets nobody else in.
   *
   * @param name the name that the record of what was done shows
   * @param right what everybody may do
   */
  static AccessPolicy everybody(String name, Right right) {
    DashboardUser user = DashboardUser.of(name, right);
    return request -> user;
  }
}
