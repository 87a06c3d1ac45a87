/**
 * The work of operators: search, pages, charts, health, bulk operations, the audit, and retention.
 * It calls {@code flow}, {@code workflow}, {@code store} and what is below; only {@code
 * maintenance} and the room of the public builder call it. {@code ControlStore} in {@code store}
 * changes single jobs.
 */
@NullMarked
package dev.tenon.jobs.internal.operate;

import org.jspecify.annotations.NullMarked;
