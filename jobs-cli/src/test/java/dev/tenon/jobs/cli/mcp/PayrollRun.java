package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.annotation.JobType;

/** A payroll, which another system handles, and which not everybody may see. */
@JobType(value = "payroll.run", external = true)
public record PayrollRun(String month) {}
