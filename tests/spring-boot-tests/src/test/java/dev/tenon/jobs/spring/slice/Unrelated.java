package dev.tenon.jobs.spring.slice;

import org.springframework.stereotype.Component;

/** A class of the application that no test of jobs needs. */
@Component
class Unrelated {}
