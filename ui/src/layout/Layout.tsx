import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { profileQuery } from "../api/queries";
import { Name } from "../parts/Name";
import { Toasts } from "../parts/Toasts";
import { SignOut } from "../sessions/SignOut";
import { StateBar } from "./StateBar";
import { ThemeSwitch } from "./ThemeSwitch";
import { stateQuery } from "./state";

/** What stands around every page: where one is, who one is, and how the system is. */
export function Layout() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  const { data: state } = useQuery(stateQuery);
  const rejected = state?.rejectedRouteFiles ?? 0;
  return (
    <Toasts>
      <a className="skip" href="#main">
        To the content
      </a>
      <div className="frame">
        <header className="top">
          <Link to="/" className="brand">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            <span>Tidewatch</span>
          </Link>
          <StateBar state={state} />
          <div className="who">
            <Link to="/sessions" className="user" title={profile.username}>
              <Name>{profile.username}</Name>
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
              <span className="count" title="Rejected files">
                <span aria-hidden="true">{rejected}</span>
                <span className="unseen">{`, ${rejected} rejected ${rejected === 1 ? "file" : "files"}`}</span>
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
