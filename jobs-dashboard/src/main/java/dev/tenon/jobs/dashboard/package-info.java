/**
 * Web pages for people who operate jobs: {@link dev.tenon.jobs.dashboard.JobDashboard} makes them
 * from a runtime and an access policy, {@link dev.tenon.jobs.dashboard.DashboardServer} serves
 * them.
 */
@JStacheConfig(
    naming = @JStacheName(suffix = "Template"),
    pathing = @JStachePath(prefix = "dev/tenon/jobs/dashboard/", suffix = ".mustache"))
@NullMarked
package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStacheName;
import io.jstach.jstache.JStachePath;
import org.jspecify.annotations.NullMarked;
