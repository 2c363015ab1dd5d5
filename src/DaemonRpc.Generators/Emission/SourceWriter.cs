using System.Text;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes blocks of text, indented by the number of open braces.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isFirstMember;

    /// <summary>Writes one or more lines.</summary>
    public void Write(string block)
    {
        foreach (string line in block.Split('\n'))
        {
            string trimmed = line.TrimEnd();
            if (trimmed.Length > 0)
            {
                _text.Append(' ', _depth * 4).Append(trimmed);
            }

            _text.Append('\n');
        }
    }

    public void WriteBlankLine() => _text.Append('\n');

    /// <summary>Writes a member of a type, with a blank line before it unless it is the first one.</summary>
    public void WriteMember(string block)
    {
        StartMember();
        Write(block);
    }

    /// <summary>Writes a blank line before the next member, unless it is the first one.</summary>
    public void StartMember()
    {
        if (!_isFirstMember)
        {
            WriteBlankLine();
        }

        _isFirstMember = false;
    }

    public void Open()
    {
        Write("{");
        _depth++;
        _isFirstMember = true;
    }

    public void Close()
    {
        _depth--;
        Write("}");
        _isFirstMember = false;
    }

    public override string ToString() => _text.ToString();
}
