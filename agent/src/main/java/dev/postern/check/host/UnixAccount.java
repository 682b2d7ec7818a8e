package dev.postern.check.host;

import java.util.Set;

/** A user as the kernel knows him: numbers. The name is for people. */
public record UnixAccount(String name, int uid, Set<Integer> gids) {

    public boolean isRoot() {
        return uid == 0;
    }
}
