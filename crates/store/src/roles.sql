CREATE ROLE throughcare_owner NOLOGIN;
CREATE ROLE throughcare_writer NOLOGIN;
CREATE ROLE throughcare_projector NOLOGIN;
CREATE ROLE throughcare_reader NOLOGIN;
CREATE ROLE throughcare_keeper NOLOGIN;
CREATE ROLE throughcare_eraser NOLOGIN;
