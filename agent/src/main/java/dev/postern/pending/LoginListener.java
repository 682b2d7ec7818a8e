package dev.postern.pending;

import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.time.Instant;

/** Receives the logins that {@link EventIntake} accepts or restores: relay windows. */
public interface LoginListener {

    /** Called for each accepted login, before its event leaves for MySQL. */
    boolean onLogin(Event.Login login, Instant now);

    /** Called for each login that the journal has kept. */
    void readBack(MailAddress address, IpAddress ip, Instant time, Instant now);
}
