@JobModule("AppJobs")
package com.example.app;

import dev.tenon.jobs.annotation.JobModule;
