/** The handlers of the shop. */
@JobModule(value = "ShopWorkerJobs", includes = ShopJobsModule.class)
@NullMarked
package com.example.shop.worker;

import com.example.shop.ShopJobsModule;
import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
