using System.Text;
using CsCheck;
using DaemonRpc.Launch;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class DaemonAddressTests
{
    [Fact]
    public void Names_never_change()
    {
        // Written down once: another name would mean a second daemon beside the one that an older build started.
        Assert.Equal("/d/xaayt2om2guaabnwyuke.sock", At("com.acme.file-search", "").SocketPath);
        Assert.Equal("/d/lbycip6sio3ggsp235qa.life", At("com.acme.file-search", "/home/a").InstanceLockPath);
        Assert.Equal("/d/xaayt2om2guaabnwyuke.journal", At("com.acme.file-search", "").JournalPath);
    }

    [Fact]
    public void Names_are_short_and_safe_whatever_the_id() =>
        Gen.Select(Gen.String, Gen.String).Sample((id, instance) =>
        {
            string name = Path.GetFileName(At(id, instance).SocketPath);
            return name.Length == 25 && name[..20].All(letter => letter is (>= 'a' and <= 'z') or (>= '2' and <= '7'));
        });

    [Fact]
    public void Different_daemons_have_different_names()
    {
        IEnumerable<string> ids = Enumerable.Range(0, 20_000).Select(number => $"id{number}");
        string[] names = [.. ids.Select(id => At(id, "").SocketPath), .. ids.Select(id => At("id", id).SocketPath), At("a", "b").SocketPath, At("ab", "").SocketPath, At("", "ab").SocketPath];

        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Every_path_fits_a_socket_in_the_users_own_folder()
    {
        var address = new DaemonAddress(new string('x', 1000), new string('y', 1000), "/run/user/4294967295/daemonrpc");

        Assert.True(Encoding.UTF8.GetByteCount(address.SocketPath + "~") < 104);
        SocketPath.Check(address.SocketPath + "~");
    }

    [Fact]
    public void All_lists_who_has_files_and_an_absent_folder_has_none()
    {
        using var folder = new TemporaryFolder();
        var address = new DaemonAddress("id", "", folder.Path);
        File.WriteAllText(address.InstanceLockPath, "");
        File.WriteAllText(address.LogPath, "");

        Assert.Equal(address.SocketPath, Assert.Single(DaemonAddress.All(folder.Path)).SocketPath);
        Assert.Empty(DaemonAddress.All(folder["absent"]));
    }

    [Fact]
    public void Journals_of_an_id_and_instance_are_those_of_its_variants_too_and_no_others()
    {
        using var folder = new TemporaryFolder();
        var ordinary = new DaemonAddress("id", "instance", folder.Path);
        var given = new DaemonAddress("id", "instance", folder.Path, "given");
        var beside = new DaemonAddress("id", "instance", folder.Path, "beside");
        File.WriteAllText(given.JournalPath, "");
        File.WriteAllText(given.JournalPath + ".1", "");
        File.WriteAllText(beside.JournalPath + ".1", "");
        File.WriteAllText(new DaemonAddress("id", "", folder.Path, "given").JournalPath, "");
        File.WriteAllText(new DaemonAddress("other", "instance", folder.Path).JournalPath, "");

        string[] all = [ordinary.JournalPath, given.JournalPath, beside.JournalPath];
        Assert.Equal(all.Order(), ordinary.JournalPaths().Order());
        Assert.Equal(all.Order(), beside.JournalPaths().Order());
        Assert.Equal(["/absent/" + Path.GetFileName(ordinary.JournalPath)], new DaemonAddress("id", "instance", "/absent").JournalPaths());
    }

    /// <remarks>A listed daemon is known by its files first, and by its names when it has answered.</remarks>
    [Fact]
    public void Daemon_that_was_found_by_its_files_has_the_same_journal()
    {
        using var folder = new TemporaryFolder();
        foreach (string variant in (string[])["", "given"])
        {
            var address = new DaemonAddress("id", "instance", folder.Path, variant);
            File.WriteAllText(address.InstanceLockPath, "");

            Assert.Equal(address.JournalPath, Assert.Single(DaemonAddress.All(folder.Path)).Named("id", "instance").JournalPath);
            File.Delete(address.InstanceLockPath);
        }
    }

    [Fact]
    public void Folder_of_others_is_not_looked_into()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1FF);

        _ = Assert.Throws<DaemonAccessException>(() => DaemonAddress.All(folder.Path).Count());
        _ = Assert.Throws<DaemonAccessException>(() => new DaemonAddress("id", "", folder.Path).JournalPaths().Count());
    }

    private static DaemonAddress At(string id, string instance) => new(id, instance, "/d");
}
