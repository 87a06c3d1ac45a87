package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;

/** The rotation of a key, which another system handles. */
@JobType(value = "key.rotate", external = true)
public record KeyRotate(String name, @Sensitive String secret) {}
