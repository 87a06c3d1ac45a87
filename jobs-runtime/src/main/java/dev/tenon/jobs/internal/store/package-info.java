/**
 * PostgreSQL by jOOQ: the tables, their migrations, and one class for each kind of access to them.
 */
@NullMarked
package dev.tenon.jobs.internal.store;

import org.jspecify.annotations.NullMarked;
