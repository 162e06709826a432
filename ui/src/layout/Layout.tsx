import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { profileQuery } from "../api/queries";
import { UntrustedText } from "../components/UntrustedText";
import { Toasts } from "../components/Toasts";
import { SignOut } from "../sessions/SignOut";
import { StatusBar } from "./StatusBar";
import { ThemeSwitch } from "./ThemeSwitch";
import { statusQuery } from "./status";

/** The frame of every page: navigation, the signed-in user and the system status. */
export function Layout() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  const { data: status } = useQuery(statusQuery);
  const rejected = status?.rejectedRouteFiles ?? 0;
  return (
    <Toasts>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="frame">
        <header className="top">
          <Link to="/" className="brand">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            <span>Tidewatch</span>
          </Link>
          <StatusBar status={status} />
          <div className="account">
            <Link to="/sessions" className="user" title={profile.username}>
              <UntrustedText>{profile.username}</UntrustedText>
            </Link>
            <SignOut />
            <ThemeSwitch />
          </div>
        </header>
        <nav className="nav" aria-label="Pages">
          <Link to="/live">Live</Link>
          <Link to="/charts">Charts</Link>
          <Link to="/routes">
            Routes
            {rejected > 0 && (
              <span className="count" title="Rejected route files">
                <span aria-hidden="true">{rejected}</span>
                <span className="visually-hidden">{`, ${rejected} rejected ${rejected === 1 ? "file" : "files"}`}</span>
              </span>
            )}
          </Link>
          <Link to="/dead-letters">Dead letters</Link>
          <Link to="/sessions">Sessions</Link>
        </nav>
        <Outlet />
      </div>
    </Toasts>
  );
}
