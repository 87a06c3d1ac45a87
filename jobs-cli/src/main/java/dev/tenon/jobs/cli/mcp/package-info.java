/**
 * The server of {@code tenon mcp}: tools for agents, over the Model Context Protocol. Whatever
 * comes from jobs, applications and callers leaves it as {@link InertText}.
 */
@NullMarked
package dev.tenon.jobs.cli.mcp;

import org.jspecify.annotations.NullMarked;
