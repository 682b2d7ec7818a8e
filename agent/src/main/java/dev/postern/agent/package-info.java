@NullMarked
package dev.postern.agent;

import org.jspecify.annotations.NullMarked;
