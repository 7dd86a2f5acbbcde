//! The system user that the server runs as.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{fs, ptr};

use crate::error::Error;

/// Who the server runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerUser {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether the program is root and has to step down to this user.
    pub(crate) step_down: bool,
}

impl ServerUser {
    /// The program's own user. When that is root: the owner of the database files, so that a directory once
    /// used by an ordinary user stays theirs; where there are none, `postgres`, or else `nobody`.
    pub(crate) fn choose(cluster: &Path, data_dir: &Path) -> Result<ServerUser, Error> {
        // SAFETY: these calls take nothing, cannot fail, and only return a number.
        let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
        let owner = fs::metadata(cluster).ok();
        if uid != 0 {
            if let Some(owner) = owner.filter(|owner| owner.uid() != uid) {
                return Err(Error::NotOwner {
                    data_dir: data_dir.to_owned(),
                    owner: owner.uid(),
                });
            }
            return Ok(ServerUser {
                name: format!("uid {uid}"),
                uid,
                gid,
                step_down: false,
            });
        }
        if let Some(owner) = owner.filter(|owner| owner.uid() != 0) {
            let (uid, gid) = (owner.uid(), owner.gid());
            return Ok(ServerUser {
                name: format!("uid {uid}"),
                uid,
                gid,
                step_down: true,
            });
        }
        let (name, (uid, gid)) = [c"postgres", c"nobody"]
            .into_iter()
            .find_map(|name| Some((name, look_up(name)?)))
            .filter(|(_, (uid, _))| *uid != 0)
            .ok_or(Error::NoUnprivilegedUser)?;
        Ok(ServerUser {
            name: name.to_string_lossy().into_owned(),
            uid,
            gid,
            step_down: true,
        })
    }

    /// The first directory on the way to `path`, itself included, that this user may not enter, judged by
    /// the permission bits.
    pub(crate) fn first_closed(&self, path: &Path) -> Option<PathBuf> {
        let mut ways: Vec<&Path> = path.ancestors().collect();
        ways.reverse();
        ways.into_iter()
            .find(|dir| !self.may_enter(dir))
            .map(Path::to_owned)
    }

    fn may_enter(&self, dir: &Path) -> bool {
        let Ok(found) = fs::metadata(dir) else {
            return false;
        };
        let shift = match (found.uid() == self.uid, found.gid() == self.gid) {
            (true, _) => 6,
            (false, true) => 3,
            (false, false) => 0,
        };
        (found.mode() >> shift) & 0o1 == 1
    }
}

/// The user and group id of a user by name.
fn look_up(name: &CStr) -> Option<(u32, u32)> {
    let name: CString = name.to_owned();
    let mut entry = MaybeUninit::<libc::passwd>::uninit();
    let mut text = vec![0; 16 * 1024];
    let mut found: *mut libc::passwd = ptr::null_mut();
    // SAFETY: every pointer is to memory that outlives the call, and `text` is as long as is said.
    let code = unsafe {
        libc::getpwnam_r(
            name.as_ptr(),
            entry.as_mut_ptr(),
            text.as_mut_ptr(),
            text.len(),
            &mut found,
        )
    };
    if code != 0 || found.is_null() {
        return None;
    }
    // SAFETY: the call succeeded and `found` is not null, so it points to `entry`, which is filled.
    let entry = unsafe { &*found };
    Some((entry.pw_uid, entry.pw_gid))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_user_is_found_by_name() {
        assert_eq!(look_up(c"root").map(|(uid, _)| uid), Some(0));
        assert_eq!(look_up(c"no-such-user-here"), None);
    }

    #[test]
    fn the_first_closed_directory_is_named() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("closed/inner");
        fs::create_dir_all(&inner).unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let stranger = ServerUser {
            name: "stranger".into(),
            uid: 4_000_001,
            gid: 4_000_001,
            step_down: true,
        };

        fs::set_permissions(root.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(stranger.first_closed(&inner), None);

        fs::set_permissions(root.path().join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(stranger.first_closed(&inner), Some(root.path().join("closed")));
    }
}
