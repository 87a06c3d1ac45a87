/**
 * What operators see and do: search, pages, charts, health, bulk operations, the audit, and
 * retention. It calls all other rooms that speak SQL, and only the maintenance and the public
 * builder's room call it; one job at a time is changed by {@code ControlStore} in {@code store}.
 */
@NullMarked
package dev.tenon.jobs.internal.operate;

import org.jspecify.annotations.NullMarked;
