/**
 * PostgreSQL by jOOQ: the tables, their migrations, and one class for each conversation with them.
 */
@NullMarked
package dev.tenon.jobs.store;

import org.jspecify.annotations.NullMarked;
