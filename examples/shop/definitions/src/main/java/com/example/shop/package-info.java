/** The job types of the shop. Whoever submits jobs and whoever runs them depends on this module. */
@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@NullMarked
package com.example.shop;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
