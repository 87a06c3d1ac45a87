/**
 * What operators see and do: search, pages, charts, health, bulk operations, the audit, and
 * retention. It calls {@code flow}, {@code workflow}, {@code store} and what is below; only {@code
 * maintenance} and the room of the public builder call it. One job at a time is changed by {@code
 * ControlStore} in {@code store}.
 */
@NullMarked
package dev.tenon.jobs.internal.operate;

import org.jspecify.annotations.NullMarked;
